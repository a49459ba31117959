"""Setting a till up: the settings file, what is learnt from devices, the pages, the doctor."""
