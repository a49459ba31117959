"""Commands of ``main.py`` that need no window: each adds its arguments and runs on the services.

What is to be read goes through ``say``; nothing here prints.
"""
