package dev.espalier.weights.keras;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** Writes .keras archives that Keras would not. */
final class Archives {
  private Archives() {}

  /** Returns the entries of the small model. */
  static Map<String, byte[]> entries() {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipFile zip = new ZipFile(Fixtures.keras("cnn.keras").toFile())) {
      for (String name : new String[] {"metadata.json", "config.json", "model.weights.h5"}) {
        entries.put(name, zip.getInputStream(zip.getEntry(name)).readAllBytes());
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return entries;
  }

  static String configuration() {
    return new String(entries().get("config.json"), StandardCharsets.UTF_8);
  }

  static Path write(Path file, Map<String, byte[]> entries) {
    try (OutputStream stream = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(stream)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
        zip.closeEntry();
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return file;
  }

  /** Writes the small model with another configuration. */
  static Path withConfiguration(Path folder, String configuration) {
    Map<String, byte[]> entries = entries();
    entries.put("config.json", configuration.getBytes(StandardCharsets.UTF_8));
    return write(folder.resolve("model.keras"), entries);
  }
}
