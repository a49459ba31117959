"""The test store, its shoppers and the failing network: what other tests stand on, tested."""
