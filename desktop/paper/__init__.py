"""Sheets: values (`sheet`, `slips`), laid out in millimetres (`layout`), saved or printed (`output`)."""
