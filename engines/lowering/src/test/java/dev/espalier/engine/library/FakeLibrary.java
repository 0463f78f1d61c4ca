package dev.espalier.engine.library;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

/** A jar with files of random bytes in place of libraries. */
public final class FakeLibrary {
  public static final String SMALL = "libsmall.so";
  public static final String LARGE = "liblarge.so.2";

  private FakeLibrary() {}

  /** Writes a jar with one file of a few bytes and one of so many megabytes. */
  public static Path write(Path jar, int megabytes, long seed) throws IOException {
    byte[] million = new byte[1_000_000];
    Random random = new Random(seed);
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      out.putNextEntry(new JarEntry("native/" + SMALL));
      out.write(new byte[] {1, 2, 3});
      out.putNextEntry(new JarEntry("native/" + LARGE));
      for (int i = 0; i < megabytes; i++) {
        random.nextBytes(million);
        out.write(million);
      }
      out.closeEntry();
    }
    return jar;
  }

  /** Returns the library as it is unpacked into a folder. */
  public static UnpackedLibrary of(Path jar, Path folder) throws IOException {
    List<LibraryFile> files = new ArrayList<>();
    for (String name : List.of(SMALL, LARGE)) {
      URL url = URI.create("jar:" + jar.toUri() + "!/native/" + name).toURL();
      files.add(LibraryFile.of(name, url));
    }
    return new UnpackedLibrary("Example", folder, files);
  }

  /** Returns a library of which a megabyte can be unpacked, and then nothing more comes. */
  public static UnpackedLibrary stalling(Path folder) throws IOException {
    URL url =
        new URL(
            null,
            "stall:library",
            new URLStreamHandler() {
              @Override
              protected URLConnection openConnection(URL from) {
                return new StallingConnection(from);
              }
            });
    return new UnpackedLibrary(
        "Example", folder, List.of(new LibraryFile(LARGE, url, 2_000_000, 0)));
  }

  private static final class StallingConnection extends URLConnection {
    StallingConnection(URL url) {
      super(url);
    }

    @Override
    public void connect() {}

    @Override
    public InputStream getInputStream() {
      return new InputStream() {
        private int count;

        @Override
        public int read() {
          while (count == 1_000_000) {
            Thread.onSpinWait();
          }
          count++;
          return 0;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
          bytes[offset] = (byte) read();
          return 1;
        }
      };
    }
  }
}
