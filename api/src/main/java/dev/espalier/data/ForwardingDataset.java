package dev.espalier.data;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A data set that is another one but for what it overrides. */
interface ForwardingDataset extends Dataset {
  /** Returns the other one. */
  Dataset source();

  @Override
  default String name() {
    return source().name();
  }

  @Override
  default int size() {
    return source().size();
  }

  @Override
  default Sample get(int index) {
    return source().get(index);
  }

  @Override
  default int label(int index) {
    return source().label(index);
  }

  @Override
  default List<Integer> labels(int index) {
    return source().labels(index);
  }

  @Override
  default Target target() {
    return source().target();
  }

  @Override
  default List<String> classNames() {
    return source().classNames();
  }

  @Override
  default @Nullable Path file(int index) {
    return source().file(index);
  }

  @Override
  default List<String> warnings() {
    return source().warnings();
  }

  @Override
  default List<UnreadableFile> unreadableFiles() {
    return source().unreadableFiles();
  }
}
