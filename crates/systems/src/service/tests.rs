//! The service as the guide tells of it.
