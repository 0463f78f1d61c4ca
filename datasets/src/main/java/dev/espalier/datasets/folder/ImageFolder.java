package dev.espalier.datasets.folder;

import dev.espalier.datasets.files.LabelledImages;
import dev.espalier.datasets.internal.files.FolderListing;
import java.nio.file.Path;

/**
 * Your own images in one folder per class, whose name is the name of the class.
 *
 * <pre>{@code
 * pets/cat/tom.jpg                  pets/train/cat/tom.jpg
 * pets/cat/2024/may/kitty.png  or   pets/val/dog/rex.jpg
 * pets/dog/rex.jpg                  pets/test/dog/bello.jpg
 *
 * Dataset train = ImageFolder.of(pets).division(0.8, 0.1, 0.1).seed(1).split(Split.TRAIN).open();
 * }</pre>
 *
 * <p>The images of a class may be at any depth below its folder. Top-level folders named {@code
 * train}, {@code val} and {@code test} are splits, provided that {@code train} is among them. Case
 * does not matter; they may also be called by the usual other names ({@code training}, {@code
 * valid}, {@code validation}, {@code validate}, {@code dev}, {@code testing}) optionally followed
 * by {@code set}, {@code split}, {@code data} or {@code images}. All splits have the same classes,
 * so a label means the same in each. Other folders beside two or more splits are ignored. Samples
 * are sorted by class name and path, by character code, on every file system. Symbolic links are
 * followed, except in cycles. Hidden files and folders and those that archives and systems add are
 * ignored, and so are files that have neither the name nor the first bytes of an image. {@link
 * dev.espalier.data.Dataset#warnings()} lists what else was ignored: images outside of class
 * folders and images in unsupported formats.
 */
public final class ImageFolder {
  private ImageFolder() {}

  /** Returns a builder of data sets from a folder; nothing is read yet. */
  public static LabelledImages of(Path folder) {
    return new LabelledImages(
        FolderListing.name(folder.toAbsolutePath().normalize()), () -> ClassFolders.list(folder));
  }
}
