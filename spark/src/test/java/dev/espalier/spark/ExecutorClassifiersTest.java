package dev.espalier.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.core.PluginRegistry;
import dev.espalier.core.classifier.Classifier;
import dev.espalier.data.Image;
import dev.espalier.engine.EngineSettings;
import dev.espalier.error.EspalierException;
import dev.espalier.model.Model;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("native")
class ExecutorClassifiersTest {
  private static final Image IMAGE = TestModels.image(1, 16, 16);

  private final ExecutorClassifiers classifiers = new ExecutorClassifiers();
  private final List<String> opened = new ArrayList<>();

  @AfterEach
  void close() {
    classifiers.close();
  }

  private ExecutorClassifiers.Lease lease(String digest) {
    EngineSettings engine = EngineSettings.of(e -> e.engine("tensorflow"));
    return classifiers.lease(
        new ExecutorClassifiers.Key(digest, engine, 4), registry -> model(digest, registry));
  }

  private Model model(String digest, PluginRegistry registry) {
    assertThat(registry.pluginIds()).contains("tensorflow");
    opened.add(digest);
    return TestModels.colours();
  }

  private static void assertClosed(Classifier classifier) {
    assertThatThrownBy(() -> classifier.classify(IMAGE))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("[ESP-403]");
  }

  private static void assertOpen(Classifier classifier) {
    assertThat(classifier.classify(IMAGE).className()).isEqualTo("green");
  }

  @Test
  void tasksShareAClassifierAlsoOneAfterAnother() {
    ExecutorClassifiers.Lease first = lease("a");
    ExecutorClassifiers.Lease second = lease("a");
    assertThat(second.classifier()).isSameAs(first.classifier());
    first.close();
    second.close();
    try (ExecutorClassifiers.Lease third = lease("a")) {
      assertThat(third.classifier()).isSameAs(first.classifier());
      assertOpen(third.classifier());
    }
    assertThat(opened).containsExactly("a");
  }

  @Test
  void onlyTheLastClassifiersStayOpenThatNoTaskUses() {
    ExecutorClassifiers.Lease used = lease("used");
    Classifier oldest = idle("a");
    Classifier older = idle("b");
    Classifier last = idle("c");
    assertClosed(oldest);
    assertOpen(older);
    assertOpen(last);
    // Closing a lease twice does not end that of another task.
    ExecutorClassifiers.Lease other = lease("used");
    other.close();
    other.close();
    idle("d");
    idle("e");
    assertClosed(older);
    assertOpen(used.classifier());
    assertThat(opened).containsExactly("used", "a", "b", "c", "d", "e");
  }

  private Classifier idle(String digest) {
    try (ExecutorClassifiers.Lease lease = lease(digest)) {
      return lease.classifier();
    }
  }

  @Test
  void canBeUsedAfterItWasClosed() {
    Classifier first = idle("a");
    classifiers.close();
    assertClosed(first);
    assertOpen(idle("a"));
    assertThat(opened).containsExactly("a", "a");
  }

  @Test
  void aModelThatCannotBeReadIsAskedForAgain() {
    EngineSettings engine = EngineSettings.of(e -> e.engine("tensorflow"));
    ExecutorClassifiers.Key key = new ExecutorClassifiers.Key("a", engine, 4);
    assertThatThrownBy(
            () ->
                classifiers.lease(
                    key,
                    registry -> {
                      throw new IllegalStateException("no file");
                    }))
        .hasMessage("no file");
    assertOpen(idle("a"));
  }
}
