package dev.espalier.spark;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Reads files wherever Spark can: on a local disk, HDFS, S3. */
final class HadoopFiles {
  private HadoopFiles() {}

  /** Returns the content of a file. */
  static byte[] read(String path, Configuration configuration) throws IOException {
    Path file = new Path(path);
    FileSystem system = file.getFileSystem(configuration);
    FileStatus status = system.getFileStatus(file);
    if (status.isDirectory()) {
      throw new IOException("it is a folder");
    }
    if (status.getLen() > Integer.MAX_VALUE - 8) {
      throw new IOException("it has " + status.getLen() + " bytes, more than an array");
    }
    try (FSDataInputStream stream = system.open(file)) {
      return stream.readAllBytes();
    }
  }

  static EspalierException notReadable(String path, Exception cause) {
    return new EspalierException(
        ErrorCode.FILE_NOT_READABLE,
        "The file " + path + " cannot be read: " + cause.getMessage() + ".",
        "Check the path, and that the executors may read it; a path without a scheme is one of the"
            + " default file system (fs.defaultFS).",
        cause);
  }
}
