"""What the targets on AWS share: names, ARNs, and everything that is deployed, as data. Pure; no calls to AWS."""
