package dev.espalier.data;

/** A data set under another name. */
record NamedDataset(String name, Dataset source) implements ForwardingDataset {}
