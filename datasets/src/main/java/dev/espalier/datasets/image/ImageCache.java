package dev.espalier.datasets.image;

import dev.espalier.data.Image;
import dev.espalier.error.FailureReason;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Caches decoded pixels in a folder, in a file per image that is named after the image's bytes and
 * the decoder settings. A changed image gets another name, so cached pixels are never outdated.
 * Files are written to a temporary place and moved; a damaged one is created again. Several threads
 * and processes may use the same folder. If it cannot be written or is full, this is reported once
 * and the training continues without it.
 */
final class ImageCache {
  /** Increased when a reader returns different pixels, which invalidates all entries. */
  private static final int MAGIC = 0x45535033;

  private static final int HEADER = 20;

  private static final System.Logger LOGGER = System.getLogger(ImageCache.class.getName());
  private static final Pattern PART = Pattern.compile("(\\d{1,18})-.*");

  private final Path folder;
  private final Path unfinished;
  private final AtomicBoolean cleaned = new AtomicBoolean();
  private final AtomicBoolean unwritable = new AtomicBoolean();

  ImageCache(Path folder) {
    this.folder = folder;
    this.unfinished = folder.resolve("unfinished");
  }

  /** Returns the cache file for encoded bytes. */
  Path place(byte[] bytes, String settings) {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
    digest.update(settings.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
    String name = HexFormat.of().formatHex(digest.digest(bytes));
    return folder.resolve(name.substring(0, 2)).resolve(name + ".pixels");
  }

  /** Returns the cached image, or null if it is missing or damaged. */
  @Nullable Image find(Path place) {
    byte[] content;
    try {
      content = Files.readAllBytes(place);
    } catch (IOException e) {
      return null;
    }
    if (content.length < HEADER) {
      return null;
    }
    ByteBuffer header = ByteBuffer.wrap(content);
    boolean known = header.getInt() == MAGIC;
    int height = header.getInt();
    int width = header.getInt();
    int channels = header.getInt();
    int checksum = header.getInt();
    long length = (long) height * width * channels;
    if (!known
        || height < 1
        || width < 1
        || (channels != 1 && channels != 3)
        || content.length - HEADER != length) {
      return null;
    }
    byte[] pixels = Arrays.copyOfRange(content, HEADER, content.length);
    return checksum(pixels) == checksum ? Image.wrap(height, width, channels, pixels) : null;
  }

  /** Writes an image, if the folder is writable. */
  void keep(Path place, Image image) {
    if (unwritable.get()) {
      return;
    }
    byte[] pixels = new byte[image.pixels().remaining()];
    image.copyTo(pixels, 0);
    ByteBuffer content =
        ByteBuffer.allocate(HEADER + pixels.length)
            .putInt(MAGIC)
            .putInt(image.height())
            .putInt(image.width())
            .putInt(image.channels())
            .putInt(checksum(pixels))
            .put(pixels);
    Path part = null;
    try {
      Files.createDirectories(unfinished);
      if (!cleaned.getAndSet(true)) {
        removeAbandoned();
      }
      Files.createDirectories(folder.resolve(folder.relativize(place).getName(0)));
      part = Files.createTempFile(unfinished, ProcessHandle.current().pid() + "-", ".part");
      Files.write(part, content.array());
      Files.move(part, place, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      remove(part);
      if (!unwritable.getAndSet(true)) {
        LOGGER.log(
            Level.WARNING,
            "The image cache {0} cannot be written: {1}. Images are decoded each time. Check"
                + " permissions and free space, or set another folder.",
            folder,
            FailureReason.ofWriting(e));
      }
    }
  }

  /** Deletes temporary files of killed processes. */
  private void removeAbandoned() throws IOException {
    for (Path part : list(unfinished, "*.part")) {
      if (isAbandoned(part)) {
        remove(part);
      }
    }
    // Earlier versions wrote beside the place, under names that do not tell the process.
    for (Path place : list(folder, "[0-9a-f][0-9a-f]")) {
      for (Path part : list(place, ".*.tmp")) {
        if (isOld(part)) {
          remove(part);
        }
      }
    }
  }

  private static List<Path> list(Path folder, String pattern) throws IOException {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, pattern)) {
      files.forEach(found::add);
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return found;
  }

  private static boolean isAbandoned(Path part) throws IOException {
    Matcher name = PART.matcher(String.valueOf(part.getFileName()));
    return !name.matches()
        || ProcessHandle.of(Long.parseLong(name.group(1))).isEmpty()
        || isOld(part); // another process may have the same process id
  }

  /** An hour is longer than any write takes. */
  private static boolean isOld(Path part) throws IOException {
    try {
      return Files.getLastModifiedTime(part)
          .toInstant()
          .isBefore(Instant.now().minus(Duration.ofHours(1)));
    } catch (NoSuchFileException e) {
      return false; // its process, or another that cleans up, was faster
    }
  }

  private static void remove(@Nullable Path file) {
    if (file != null) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        // Leftovers are never read, and the first problem matters more.
      }
    }
  }

  private static int checksum(byte[] pixels) {
    CRC32C checksum = new CRC32C();
    checksum.update(pixels);
    return (int) checksum.getValue();
  }
}
