package dev.espalier.engine.pytorch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The file format in which PyTorch loads TorchScript: a zip file with the source code and the
 * pickled module, which has no attributes here.
 */
final class ScriptArchive {
  // Pickle protocol 2: GLOBAL __torch__ Program, EMPTY_TUPLE, NEWOBJ, EMPTY_DICT, BUILD, STOP.
  private static final String MODULE = "\u0080\u0002c__torch__\nProgram\n)\u0081}b.";

  // EMPTY_TUPLE, STOP.
  private static final String NO_CONSTANTS = "\u0080\u0002).";

  // Version of the file format as PyTorch 2.7 writes it; with an older one PyTorch replaces
  // operators by what they meant then.
  private static final String VERSION = "10\n";

  private ScriptArchive() {}

  /** Returns the archive of a module with the source code of its class {@code Program}. */
  static byte[] of(String source) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      add(zip, "data.pkl", MODULE.getBytes(StandardCharsets.ISO_8859_1));
      add(zip, "byteorder", "little".getBytes(StandardCharsets.US_ASCII));
      add(zip, "code/__torch__.py", source.getBytes(StandardCharsets.UTF_8));
      add(zip, "constants.pkl", NO_CONSTANTS.getBytes(StandardCharsets.ISO_8859_1));
      add(zip, "version", VERSION.getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot happen in memory", e);
    }
    return bytes.toByteArray();
  }

  /** PyTorch requires uncompressed entries with their sizes in the local header. */
  private static void add(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(content);
    ZipEntry entry = new ZipEntry("program/" + name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
