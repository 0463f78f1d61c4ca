package dev.espalier.download;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.FailureReason;
import dev.espalier.plugin.PublishedFile;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLConnection;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * One transfer. Bytes are written to a temporary file next to the target, named {@code .part},
 * which is moved into place once its checksum is verified. Only the holder of a lock on that file
 * writes to it.
 */
final class Download {
  private static final int PARTIAL = 206;
  private static final int RANGE_NOT_SATISFIABLE = 416;
  private static final int BLOCK = 1 << 16;

  /** Twice the largest published file; a server must not fill the disk. */
  private static final long LIMIT = 4L << 30;

  private final PublishedFile file;
  private final Path folder;
  private final Path target;
  private final Path part;
  private final URI address;
  private final DownloadSettings settings;

  Download(PublishedFile file, Path folder, DownloadSettings settings) {
    this.file = file;
    this.folder = folder;
    this.target = folder.resolve(file.name());
    this.part = folder.resolve(file.name() + ".part");
    this.address = settings.address(file);
    this.settings = settings;
  }

  Path run() {
    if (Files.exists(target)) {
      return checkedTarget();
    }
    if (settings.offline()) {
      throw new EspalierException(
          ErrorCode.DOWNLOAD_FAILED,
          target + " does not exist, and the network may not be used.",
          "Unset "
              + DownloadSettings.OFFLINE_VARIABLE
              + ", or download "
              + file.address()
              + " in another way and put it there.");
    }
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw notWritable(folder, e);
    }
    requireOwnFile();
    try (FileChannel channel =
        FileChannel.open(
            part,
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            LinkOption.NOFOLLOW_LINKS)) {
      try (FileLock lock = lock(channel)) {
        if (lock == null) {
          throw new EspalierException(
              ErrorCode.DOWNLOAD_FAILED,
              "Another process is downloading " + target + " at this time.",
              "Wait until it has finished, and try again.");
        }
        if (Files.exists(target)) { // completed while this one waited for the lock
          return checkedTarget();
        }
        fetchAll(channel);
        checkPart(channel);
        channel.force(true);
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
      }
    } catch (IOException e) {
      throw notWritable(part, e);
    }
    return target;
  }

  /** A link could redirect what is written, or truncated, to another file. */
  private void requireOwnFile() {
    String what = null;
    if (Files.isSymbolicLink(part)) {
      what = "a symbolic link";
    } else if (Files.exists(part, LinkOption.NOFOLLOW_LINKS)) {
      if (!Files.isRegularFile(part, LinkOption.NOFOLLOW_LINKS)) {
        what = "not a regular file";
      } else if (hasOtherNames()) {
        what = "a file that also has another name";
      }
    }
    if (what != null) {
      throw new EspalierException(
          ErrorCode.DOWNLOAD_FAILED,
          part + " is " + what + ", so nothing is written to it.",
          "Remove it, or give another folder.");
    }
  }

  private boolean hasOtherNames() {
    try {
      return Files.getAttribute(part, "unix:nlink", LinkOption.NOFOLLOW_LINKS)
              instanceof Integer count
          && count > 1;
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return false; // not a file system that reports it
    }
  }

  private static @Nullable FileLock lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // another thread of this process
    }
  }

  private Path checkedTarget() {
    String found;
    try (FileChannel channel = FileChannel.open(target, StandardOpenOption.READ)) {
      found = checksum(channel);
    } catch (IOException e) {
      throw new EspalierException(
          ErrorCode.FILE_NOT_READABLE,
          target + " cannot be read: " + FailureReason.of(e) + ".",
          "Check that it is a file and that you may read it.",
          e);
    }
    if (!file.checksum().matches(found)) {
      throw new EspalierException(
          ErrorCode.DOWNLOAD_FAILED,
          target
              + " is not the publisher's file: its "
              + file.checksum().algorithm().title()
              + " is "
              + found
              + ".",
          "Delete it to download it again.");
    }
    return target;
  }

  /** Downloads the rest of the file, resuming where it was interrupted. */
  private void fetchAll(FileChannel channel) throws IOException {
    int failures = 0;
    while (true) {
      long before = channel.size();
      try {
        fetch(channel);
        return;
      } catch (TransferException e) {
        failures = channel.size() > before ? 1 : failures + 1;
        if (failures >= settings.attempts() || !e.worthAnother) {
          throw new EspalierException(
              ErrorCode.DOWNLOAD_FAILED,
              address + " could not be downloaded: " + FailureReason.of(e) + ".",
              channel.size() > 0
                  ? "Try again: the partial download is kept and will be resumed."
                  : "Check the network, or download it in another way and put it at "
                      + target
                      + ".",
              e);
        }
      }
    }
  }

  private void fetch(FileChannel channel) throws IOException {
    long have = channel.size();
    URLConnection connection = connect(have);
    try (InputStream stream = open(connection)) {
      int status = connection instanceof HttpURLConnection http ? status(http) : 200;
      if (status == RANGE_NOT_SATISFIABLE && have > 0) {
        return; // nothing more available; the checksum decides
      }
      if (status != PARTIAL && status != 200) {
        throw new TransferException("the server answers " + status, null, status >= 500);
      }
      long start = status == PARTIAL ? have : 0;
      String range = connection.getHeaderField("Content-Range");
      if (status == PARTIAL && (range == null || !range.startsWith("bytes " + have + "-"))) {
        throw new TransferException(
            "the server sends another range than was requested", null, false);
      }
      channel.truncate(start);
      channel.position(start);
      long announced = connection.getContentLengthLong();
      copy(stream, channel, announced < 0 ? -1 : start + announced);
    } finally {
      if (connection instanceof HttpURLConnection http) {
        http.disconnect();
      }
    }
  }

  private URLConnection connect(long have) throws TransferException {
    try {
      URLConnection connection = address.toURL().openConnection();
      int patience = Math.toIntExact(settings.timeout().toMillis());
      connection.setConnectTimeout(patience);
      connection.setReadTimeout(patience);
      connection.setUseCaches(false);
      // Ranges refer to the file itself, not to a compressed form.
      connection.setRequestProperty("Accept-Encoding", "identity");
      if (have > 0) {
        connection.setRequestProperty("Range", "bytes=" + have + "-");
      }
      return connection;
    } catch (IOException e) {
      throw new TransferException(e);
    }
  }

  private static int status(HttpURLConnection connection) throws TransferException {
    try {
      return connection.getResponseCode();
    } catch (IOException e) {
      throw new TransferException(e);
    }
  }

  private static InputStream open(URLConnection connection) throws TransferException {
    try {
      if (connection instanceof HttpURLConnection http && http.getResponseCode() >= 400) {
        return InputStream.nullInputStream();
      }
      return connection.getInputStream();
    } catch (IOException e) {
      throw new TransferException(e);
    }
  }

  /** Copies what arrives; reports network and disk errors separately. */
  private void copy(InputStream stream, FileChannel channel, long total) throws IOException {
    byte[] block = new byte[BLOCK];
    while (true) {
      int count;
      try {
        count = stream.read(block);
      } catch (IOException e) {
        throw new TransferException(e);
      }
      if (count < 0) {
        break;
      }
      ByteBuffer bytes = ByteBuffer.wrap(block, 0, count);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      if (channel.position() > LIMIT) {
        channel.truncate(0);
        throw new TransferException("the server sends more than 4 GiB", null, false);
      }
      settings.progress().at(channel.position(), total);
    }
    if (channel.position() < total) {
      throw new TransferException("the connection broke off", null, true);
    }
  }

  private void checkPart(FileChannel channel) throws IOException {
    String found = checksum(channel);
    if (!file.checksum().matches(found)) {
      channel.truncate(0);
      throw new EspalierException(
          ErrorCode.DOWNLOAD_FAILED,
          "The download of "
              + address
              + " is not the publisher's file: its "
              + file.checksum().algorithm().title()
              + " is "
              + found
              + " where "
              + file.checksum().digits()
              + " is expected. It was discarded.",
          "Try again later, or download it in another way and put it at " + target + ".");
    }
  }

  private String checksum(FileChannel channel) throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance(file.checksum().algorithm().title());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
    ByteBuffer block = ByteBuffer.allocate(BLOCK);
    channel.position(0);
    while (channel.read(block) >= 0) {
      digest.update(block.flip());
      block.clear();
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static EspalierException notWritable(Path path, IOException e) {
    return new EspalierException(
        ErrorCode.FILE_NOT_WRITABLE,
        path + " cannot be written: " + FailureReason.of(e) + ".",
        "Check permissions and free space, or give another folder.",
        e);
  }

  /** A failure of the network, not of the disk. */
  private static final class TransferException extends IOException {
    private static final long serialVersionUID = 1L;
    private final boolean worthAnother;

    TransferException(String reason, @Nullable Throwable cause, boolean worthAnother) {
      super(reason, cause);
      this.worthAnother = worthAnother;
    }

    TransferException(IOException cause) {
      this(
          cause instanceof UnknownHostException
              ? "the host " + cause.getMessage() + " is not known"
              : FailureReason.of(cause),
          cause,
          true);
    }
  }
}
