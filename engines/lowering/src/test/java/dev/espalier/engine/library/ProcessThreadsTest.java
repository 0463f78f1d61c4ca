package dev.espalier.engine.library;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** djl#2825: the number of threads is set once; a later wish is not an error. */
class ProcessThreadsTest {
  @AfterEach
  void forget() {
    System.clearProperty("dev.espalier.engine.example.threads");
    System.clearProperty("dev.espalier.engine.example.threads-in-use");
  }

  @Test
  void onlyTheFirstWishCounts() {
    assertThat(ProcessThreads.isFirst("Example", 2)).isTrue();
    assertThat(ProcessThreads.isFirst("Example", 2)).isFalse();
    assertThat(ProcessThreads.isFirst("Example", 4)).isFalse();
    assertThat(System.getProperty("dev.espalier.engine.example.threads")).isEqualTo("2");
  }

  /** Later, a library may answer with the number of one of its threads. */
  @Test
  void remembersWhatTheLibrarySaidFirst() {
    assertThat(ProcessThreads.inUse("Example", () -> 8)).isEqualTo(8);
    assertThat(ProcessThreads.inUse("Example", () -> 1)).isEqualTo(8);
  }
}
