package dev.espalier.data;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A finite sequence of labelled images. Reading is thread-safe and repeatable: an index always
 * gives the same sample. Use {@link Datasets} to take parts.
 */
public interface Dataset {
  /** Returns the name, such as {@code cifar100/train}. */
  String name();

  /** Returns the number of samples. */
  int size();

  /**
   * Returns a sample.
   *
   * @param index from 0 inclusive to {@link #size()} exclusive
   * @throws dev.espalier.error.EspalierException {@code INVALID_IMAGE} or {@code
   *     INVALID_DATA_FILE}, naming the file, if it cannot be read
   */
  Sample get(int index);

  /** Returns the label of a sample, without reading its image where that can be avoided. */
  default int label(int index) {
    return get(index).label();
  }

  /** Returns the names of the classes by label. */
  List<String> classNames();

  /**
   * Returns the file that holds a sample and nothing else, or null if there is none. Messages about
   * the sample name it.
   *
   * @param index from 0 inclusive to {@link #size()} exclusive
   */
  default @Nullable Path file(int index) {
    return null;
  }

  /** Returns what was left out because it could not be read, if that was asked for. */
  default List<UnreadableFile> unreadableFiles() {
    return List.of();
  }
}
