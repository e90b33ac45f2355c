"""The judgements of ebb: `cells` says which counts may stand alone, `ebb` who stepped back by section."""
