"""The function `fan_out_wave`."""
