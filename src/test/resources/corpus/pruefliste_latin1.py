#!/usr/bin/env python3
# -*- coding: latin-1 -*-
# Aktenzeichen HV-2504
GRÖSSEN = {"groß": 1.249, "mäßig": 0.8, "für später": None}


def prüfe(maß):
    """Gibt zurück, ob das Maß größer als das größte ist."""
    return maß > max(wert for wert in GRÖSSEN.values() if wert is not None)
