package dev.espalier.data;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The samples of another data set, said to have any number of classes. */
record MultiLabelDataset(Dataset source) implements Dataset {
  @Override
  public String name() {
    return source.name();
  }

  @Override
  public int size() {
    return source.size();
  }

  @Override
  public Sample get(int index) {
    return source.get(index);
  }

  @Override
  public int label(int index) {
    return source.label(index);
  }

  @Override
  public List<Integer> labels(int index) {
    return source.labels(index);
  }

  @Override
  public boolean multiLabel() {
    return true;
  }

  @Override
  public List<String> classNames() {
    return source.classNames();
  }

  @Override
  public @Nullable Path file(int index) {
    return source.file(index);
  }

  @Override
  public List<UnreadableFile> unreadableFiles() {
    return source.unreadableFiles();
  }
}
