"""The patient's sheet: values (`sheet`), laid out in millimetres (`layout`), saved or printed (`output`)."""
