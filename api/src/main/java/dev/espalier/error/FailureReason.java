package dev.espalier.error;

import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/**
 * Explains why a file could not be read or written; the message of an exception is often only its
 * path.
 */
public final class FailureReason {
  private FailureReason() {}

  /** Returns why a file or folder could not be written or deleted, without a full stop. */
  public static String ofWriting(Throwable problem) {
    return problem instanceof AccessDeniedException ? "you may not write to it" : of(problem);
  }

  /** Returns why a file or folder could not be read, without a full stop. */
  public static String of(Throwable problem) {
    if (problem instanceof NoSuchFileException) {
      return "it does not exist";
    }
    if (problem instanceof AccessDeniedException) {
      return "you may not read it";
    }
    if (problem instanceof FileSystemLoopException) {
      return "it is a link to a folder that holds it";
    }
    if (problem instanceof FileAlreadyExistsException) {
      return "a file is in its place";
    }
    if (problem instanceof NotDirectoryException) {
      return "it is not a folder";
    }
    if (problem instanceof DirectoryNotEmptyException) {
      return "it is not empty";
    }
    String message =
        problem instanceof FileSystemException file && file.getReason() != null
            ? file.getReason()
            : problem.getMessage();
    if (message == null || message.isBlank()) {
      return problem.getClass().getSimpleName();
    }
    String line = message.strip().lines().findFirst().orElse(message);
    return line.endsWith(".") || line.endsWith("!") ? line.substring(0, line.length() - 1) : line;
  }
}
