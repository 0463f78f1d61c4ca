package dev.espalier.datasets.image;

import dev.espalier.data.Image;
import dev.espalier.datasets.internal.Reason;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Pixels in a folder, each picture in a file that is named after the bytes it was decoded from and
 * the settings. A picture that changes gets another name, so that nothing is ever out of date.
 * Files are written beside and moved into place; one that is damaged all the same is made again.
 * Several threads and processes may use one folder.
 */
final class PictureCache {
  /** Rises when a reader gives other pixels than before; what was kept then is made again. */
  private static final int MAGIC = 0x45535032;

  private static final int HEADER = 20;

  private final Path folder;

  PictureCache(Path folder) {
    this.folder = folder;
  }

  /** Returns the file for the picture in some bytes. */
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

  /** Returns the picture in a file, or null if it is not there or damaged. */
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

  /** Writes a picture. */
  void keep(Path place, Image image) {
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
    Path beside = null;
    try {
      Path parent = folder.resolve(folder.relativize(place).getName(0));
      Files.createDirectories(parent);
      beside = Files.createTempFile(parent, ".", ".tmp");
      Files.write(beside, content.array());
      Files.move(beside, place, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      remove(beside);
      throw new EspalierException(
          ErrorCode.FILE_NOT_WRITABLE,
          "The cache of pictures in " + folder + " cannot be written: " + Reason.of(e) + ".",
          "Check permissions and free space, name another folder, or do without the cache.",
          e);
    }
  }

  private static void remove(@Nullable Path file) {
    if (file != null) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        // What is left is never read, and the first problem matters more.
      }
    }
  }

  private static int checksum(byte[] pixels) {
    CRC32C checksum = new CRC32C();
    checksum.update(pixels);
    return (int) checksum.getValue();
  }
}
