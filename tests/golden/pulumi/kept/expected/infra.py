"""What the team adds: whoever reads the results of runs."""

import pulumi
import pulumi_aws as aws


def extra(resources: dict[str, pulumi.Resource]) -> None:
    """A table with what runs have found. `resources` are those of the stack, by name."""
    bucket = resources["bucket"]
    assert isinstance(bucket, aws.s3.Bucket)
    aws.glue.CatalogDatabase(
        "results",
        aws.glue.CatalogDatabaseArgs(
            name="kept_results",
            location_uri=pulumi.Output.format("s3://{0}/results", bucket.bucket),
        ),
    )
