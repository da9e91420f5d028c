"""The estate over HTTP: AWS's wire formats, taken from botocore's service models, and a control API beside them."""
