"""The patient's sheet: plain values (`sheet`), laid out in millimetres (`layout`), printed or saved (`output`)."""
