package dev.espalier.data;

import java.util.function.UnaryOperator;

/** The samples of another data set, each changed when it is read; labels stay. */
record MappedDataset(Dataset source, Target target, UnaryOperator<Sample> change)
    implements ForwardingDataset {
  @Override
  public Sample get(int index) {
    return change.apply(source.get(index));
  }
}
