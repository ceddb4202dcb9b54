"""The typed boundary of functions: values between steps are JSON, functions take and give what they are annotated with.

`loading` makes what an annotation says of JSON, `dumping` makes JSON of what a value is; `boundary` does both for one
function.
"""
