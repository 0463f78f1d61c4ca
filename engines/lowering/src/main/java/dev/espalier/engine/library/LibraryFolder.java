package dev.espalier.engine.library;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Unpacked files and the record of their last verification. The record lies next to the folder,
 * because DJL loads everything inside it.
 *
 * @param folder that contains the files
 * @param files its expected contents
 */
record LibraryFolder(Path folder, List<LibraryFile> files) {
  private static final Logger LOGGER = LoggerFactory.getLogger(LibraryFolder.class);

  private Path record() {
    return folder.resolveSibling(folder.getFileName() + ".verified");
  }

  /**
   * Returns whether sizes and modification times are those recorded at the last successful
   * verification. Cheap: reads no file contents.
   */
  boolean isAsVerified() {
    try {
      Path record = record();
      return Files.isRegularFile(record) && Files.readString(record).equals(state());
    } catch (IOException e) {
      LOGGER.debug("The folder {} cannot be verified", folder, e);
      return false;
    }
  }

  /** Returns whether all sizes and checksums are correct; reads every file. */
  boolean isIntact() {
    try {
      for (LibraryFile file : files) {
        Path path = folder.resolve(file.name());
        if (!Files.isRegularFile(path)
            || Files.size(path) != file.size()
            || checksum(path) != file.crc()) {
          LOGGER.debug("{} is not what the artifact holds", path);
          return false;
        }
      }
      return true;
    } catch (IOException e) {
      LOGGER.debug("The folder {} cannot be verified", folder, e);
      return false;
    }
  }

  private static long checksum(Path file) throws IOException {
    CRC32 crc = new CRC32();
    try (InputStream in = new CheckedInputStream(Files.newInputStream(file), crc)) {
      byte[] buffer = new byte[1 << 16];
      int count = 0;
      while (count >= 0) {
        count = in.read(buffer);
      }
    }
    return crc.getValue();
  }

  /** Describes the current files: one line each with size, checksum and modification time. */
  private String state() throws IOException {
    StringBuilder text = new StringBuilder();
    for (LibraryFile file : files) {
      BasicFileAttributes attributes =
          Files.readAttributes(folder.resolve(file.name()), BasicFileAttributes.class);
      text.append(file.name())
          .append(' ')
          .append(attributes.size())
          .append(' ')
          .append(Long.toHexString(file.crc()))
          .append(' ')
          .append(attributes.lastModifiedTime().toMillis())
          .append('\n');
    }
    return text.toString();
  }

  /** Records that the checksums are correct. */
  void recordVerified(Path temporary) throws IOException {
    Files.writeString(temporary, state(), StandardOpenOption.CREATE_NEW);
    move(temporary, record());
  }

  /** Unpacks all files. The folder appears atomically, once it is complete. */
  void unpack(Path temporary) throws IOException {
    Files.createDirectory(temporary);
    for (LibraryFile file : files) {
      copy(file, temporary.resolve(file.name()));
    }
    move(temporary, folder);
  }

  private static void copy(LibraryFile file, Path target) throws IOException {
    CRC32 crc = new CRC32();
    try (InputStream in = file.open();
        OutputStream out =
            new CheckedOutputStream(
                Files.newOutputStream(target, StandardOpenOption.CREATE_NEW), crc)) {
      in.transferTo(out);
    }
    if (crc.getValue() != file.crc()) {
      throw new IOException("the checksum of " + file.url() + " is wrong: the jar is damaged");
    }
  }

  private static void move(Path source, Path target) throws IOException {
    try {
      Files.move(source, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(source, target, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** Returns the total size of the files in bytes. */
  long size() {
    return files.stream().mapToLong(LibraryFile::size).sum();
  }
}
