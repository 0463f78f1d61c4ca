package dev.espalier.datasets;

import java.nio.file.Path;

/**
 * Your own pictures: a folder with a folder for each class, whose name is that of the class.
 *
 * <pre>{@code
 * pets/cat/tom.jpg                  pets/train/cat/tom.jpg
 * pets/cat/2024/may/kitty.png  or   pets/val/dog/rex.jpg
 * pets/dog/rex.jpg                  pets/test/dog/bello.jpg
 *
 * Dataset train = ImageFolder.of(pets).division(0.8, 0.1, 0.1).seed(1).split(Split.TRAIN).open();
 * }</pre>
 *
 * <p>The pictures of a class may lie at any depth below its folder. Folders directly below that are
 * named {@code train}, {@code val} and {@code test} are the splits if the first is among them, in
 * any case, with the usual other words ({@code training}, {@code valid}, {@code validation}, {@code
 * validate}, {@code dev}, {@code testing}) and with {@code set}, {@code split}, {@code data} or
 * {@code images} after them; the classes of all splits are taken together, so that a label means
 * the same in each. Other folders beside two or more splits are left out. The order of samples is
 * that of class names and paths, by character code, on every file system. Links are followed, but
 * not into a folder that holds them; files and folders whose names begin with a full stop are left
 * out, and so is what archives and systems add. Files that are neither named like pictures nor
 * begin like one are left alone. {@link dev.espalier.data.Dataset#warnings()} says what else is
 * left out: images outside of classes, formats that are not read.
 */
public final class ImageFolder {
  private ImageFolder() {}

  /** Starts to describe what to take from a folder; nothing is read yet. */
  public static LabelledPictures of(Path folder) {
    return new LabelledPictures(
        FolderListing.name(folder.toAbsolutePath().normalize()), () -> ClassFolders.list(folder));
  }
}
