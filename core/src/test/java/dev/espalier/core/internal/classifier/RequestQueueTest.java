package dev.espalier.core.internal.classifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.core.internal.program.ImageSize;
import dev.espalier.data.Image;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RequestQueueTest {
  private static final Image DOT = Image.wrap(1, 1, 1, new byte[1]);

  private static InferenceRequest request(int size) {
    InferenceTask task =
        new InferenceTask(InferenceTask.Kind.OUTPUTS, null, new ImageSize(size, size, 3));
    return new InferenceRequest(task, DOT, 0, new CompletableFuture<>());
  }

  private static RequestQueue queue(int batch, int limit) {
    return new RequestQueue(batch, Duration.ZERO, limit);
  }

  @Test
  void aBatchContainsOnlyRequestsOfOneTaskInTheirOrder() {
    RequestQueue queue = queue(2, 0);
    InferenceRequest a = request(1);
    InferenceRequest b = request(2);
    InferenceRequest c = request(1);
    InferenceRequest d = request(1);
    queue.add(a);
    queue.add(b);
    queue.add(c);
    queue.add(d);

    assertThat(queue.take()).containsExactly(a, c);
    assertThat(queue.take()).containsExactly(b);
    assertThat(queue.take()).containsExactly(d);
  }

  @Test
  void requestsThatWereGivenUpAreNotComputed() {
    RequestQueue queue = queue(8, 0);
    InferenceRequest first = request(1);
    InferenceRequest second = request(1);
    InferenceRequest third = request(1);
    queue.add(first);
    queue.add(second);
    queue.add(third);
    first.answer().cancel(false);
    third.answer().cancel(false);

    assertThat(queue.take()).containsExactly(second);
    assertThat(queue.size()).isZero();
  }

  @Test
  void aFullQueueRefusesAndGivenUpRequestsMakeRoom() {
    RequestQueue queue = queue(8, 2);
    InferenceRequest first = request(1);
    queue.add(first);
    queue.add(request(1));
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> queue.add(request(1)))
        .withMessageContaining("2 requests are waiting for the classifier")
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.CLASSIFIER_BUSY));

    first.answer().cancel(false);
    queue.add(request(1));
    assertThat(queue.size()).isEqualTo(2);
  }

  @Test
  void aBatchThatIsBeingFilledIsGivenAtOnceWhenNoMoreIsExpected() {
    RequestQueue queue = new RequestQueue(2, Duration.ofMinutes(1), 0);
    InferenceRequest first = request(1);
    queue.add(first);
    CompletableFuture<List<InferenceRequest>> batch = CompletableFuture.supplyAsync(queue::take);
    while (queue.size() > 0) {
      Thread.onSpinWait();
    }
    queue.stopGathering();
    assertThat(batch.orTimeout(30, TimeUnit.SECONDS).join()).containsExactly(first);

    InferenceRequest second = request(1);
    queue.add(second);
    batch = CompletableFuture.supplyAsync(queue::take);
    assertThat(batch.orTimeout(30, TimeUnit.SECONDS).join()).containsExactly(second);
  }

  @Test
  void aClosedQueueGivesWhatIsLeftAndThenNothing() {
    RequestQueue queue = queue(8, 0);
    InferenceRequest left = request(1);
    queue.add(left);
    queue.close();

    assertThat(queue.take()).containsExactly(left);
    assertThat(queue.take()).isEmpty();
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> queue.add(request(1)))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.CLOSED));
  }

  @Test
  void anAnswerThatDoesNotComeInTimeIsGivenUp() {
    CompletableFuture<String> never = new CompletableFuture<>();
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> RequestQueue.await(never, Duration.ofMillis(1)))
        .withMessageContaining("The classifier did not answer within PT0.001S.")
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.TIMED_OUT));
    assertThat(never).isCancelled();
  }
}
