package dev.espalier.data;

/** The samples of another data set, said to have any number of classes. */
record MultiLabelDataset(Dataset source) implements ForwardingDataset {
  @Override
  public Target target() {
    return Target.multiHot();
  }
}
