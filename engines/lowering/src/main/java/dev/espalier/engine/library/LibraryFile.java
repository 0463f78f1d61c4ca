package dev.espalier.engine.library;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;

/**
 * A file of a native library on the class path.
 *
 * @param name file name once unpacked
 * @param url where its bytes are read from
 * @param size in bytes
 * @param crc its CRC-32
 */
public record LibraryFile(String name, URL url, long size, long crc) {
  /**
   * Returns a file with the size and checksum recorded in its jar. A file outside a jar is read to
   * compute them.
   */
  public static LibraryFile of(String name, URL url) throws IOException {
    URLConnection connection = connect(url);
    if (connection instanceof JarURLConnection inJar) {
      try (JarFile jar = inJar.getJarFile()) {
        JarEntry entry = jar.getJarEntry(inJar.getEntryName());
        if (entry == null) {
          throw new IOException(url + " is missing");
        }
        return new LibraryFile(name, url, entry.getSize(), entry.getCrc());
      }
    }
    try (InputStream in = connection.getInputStream()) {
      CheckedInputStream checked = new CheckedInputStream(in, new CRC32());
      long size = checked.transferTo(java.io.OutputStream.nullOutputStream());
      return new LibraryFile(name, url, size, checked.getChecksum().getValue());
    }
  }

  /** Opens the file without sharing a cached jar connection with other code. */
  InputStream open() throws IOException {
    return connect(url).getInputStream();
  }

  private static URLConnection connect(URL url) throws IOException {
    URLConnection connection = url.openConnection();
    connection.setUseCaches(false);
    return connection;
  }

  /** Returns a short hash of the contents of {@code files}; it changes when a file changes. */
  public static String fingerprint(List<LibraryFile> files) {
    CRC32 crc = new CRC32();
    for (LibraryFile file : files) {
      String line = file.name() + " " + file.size() + " " + file.crc() + "\n";
      crc.update(line.getBytes(StandardCharsets.UTF_8));
    }
    return String.format("%08x", crc.getValue());
  }
}
