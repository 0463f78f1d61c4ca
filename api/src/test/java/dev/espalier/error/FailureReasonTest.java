package dev.espalier.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import org.junit.jupiter.api.Test;

class FailureReasonTest {
  /** The messages of these exceptions are their paths. */
  @Test
  void saysInWordsWhatTheClassOfAnExceptionMeans() {
    assertThat(FailureReason.of(new NoSuchFileException("a"))).isEqualTo("it does not exist");
    assertThat(FailureReason.of(new AccessDeniedException("a"))).isEqualTo("you may not read it");
    assertThat(FailureReason.ofWriting(new AccessDeniedException("a")))
        .isEqualTo("you may not write to it");
    assertThat(FailureReason.of(new NotDirectoryException("a"))).isEqualTo("it is not a folder");
    assertThat(FailureReason.ofWriting(new DirectoryNotEmptyException("a")))
        .isEqualTo("it is not empty");
  }

  @Test
  void takesTheReasonOfTheSystemWithoutPathAndClass() {
    assertThat(FailureReason.ofWriting(new FileSystemException("a", null, "Read-only file system")))
        .isEqualTo("Read-only file system");
    assertThat(FailureReason.ofWriting(new IOException("No space left on device")))
        .isEqualTo("No space left on device");
    assertThat(FailureReason.of(new IOException())).isEqualTo("IOException");
  }
}
