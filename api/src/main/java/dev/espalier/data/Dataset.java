package dev.espalier.data;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A finite sequence of labelled images. Reading is thread-safe and repeatable: an index always
 * gives the same sample. See {@link Datasets} for subsets and combinations.
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

  /**
   * Returns the label of a sample, without reading its image if possible.
   *
   * @throws dev.espalier.error.EspalierException {@code INVALID_ARGUMENT} if the sample of a
   *     {@linkplain Target#multiHot() multi-label} data set has none or several
   */
  default int label(int index) {
    return target() instanceof Target.ClassIndex
        ? get(index).label()
        : Labels.only(labels(index), "Sample " + index + " of " + name());
  }

  /**
   * Returns the labels of a sample without duplicates, without reading its image if possible. A
   * multi-label data set overrides this if it knows them.
   *
   * @param index from 0 inclusive to {@link #size()} exclusive
   */
  default List<Integer> labels(int index) {
    return target() instanceof Target.ClassIndex ? List.of(label(index)) : get(index).labels();
  }

  /**
   * Returns the kind of targets, by default one class per sample. A subset of a multi-label data
   * set is multi-label too, whatever labels its samples have, because this determines how a model
   * is trained: the targets are then multi-hot vectors.
   */
  default Target target() {
    return Target.classIndex();
  }

  /** Returns the names of the classes by label. */
  List<String> classNames();

  /**
   * Returns the file that contains only this sample, or null if there is none. Messages about the
   * sample name it.
   *
   * @param index from 0 inclusive to {@link #size()} exclusive
   */
  default @Nullable Path file(int index) {
    return null;
  }

  /**
   * Returns warnings about the data, a full sentence each: files and folders that were ignored,
   * names that look like mistakes.
   */
  default List<String> warnings() {
    return List.of();
  }

  /**
   * Returns the files that were skipped because they could not be read, if skipping was requested.
   */
  default List<UnreadableFile> unreadableFiles() {
    return List.of();
  }
}
