"""House rules that a machine keeps."""
