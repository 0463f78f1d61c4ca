package dev.espalier.spark;

import dev.espalier.core.PluginRegistry;
import dev.espalier.core.classifier.Classifier;
import dev.espalier.core.classifier.ClassifierOptions;
import dev.espalier.data.ImageReader;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineSettings;
import dev.espalier.model.Model;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * The engines and classifiers of this process, which its tasks share. A classifier that no task
 * uses stays open for the next one; only when another is opened, all but the last few are closed.
 * Thread-safe.
 */
final class ExecutorClassifiers implements AutoCloseable {
  /** Enough for a pipeline of two models whose stages take turns. */
  private static final int IDLE_LIMIT = 2;

  /** Tasks of one executor have nothing else in common. */
  private static final ExecutorClassifiers SHARED = new ExecutorClassifiers();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(SHARED::close, "espalier-close"));
  }

  private final Map<EngineSettings, Engine> engines = new HashMap<>();

  /** In the order of their last use. */
  private final Map<Key, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);

  ExecutorClassifiers() {}

  /** Returns those of this process. */
  static ExecutorClassifiers shared() {
    return SHARED;
  }

  /**
   * What a classifier is opened for.
   *
   * @param model digest of the content of its file
   */
  record Key(String model, EngineSettings engine, int batchSize) {}

  /** Keeps a classifier open while a task uses it; closing twice has no effect. */
  final class Lease implements AutoCloseable {
    private final Entry entry;
    private boolean released;

    private Lease(Entry entry) {
      this.entry = entry;
    }

    Classifier classifier() {
      return entry.classifier;
    }

    ImageReader reader() {
      return entry.reader;
    }

    @Override
    public void close() {
      synchronized (ExecutorClassifiers.this) {
        if (!released) {
          released = true;
          entry.users--;
        }
      }
    }
  }

  private static final class Entry {
    private final Classifier classifier;
    private final ImageReader reader;
    private int users;

    Entry(Classifier classifier, ImageReader reader) {
      this.classifier = classifier;
      this.reader = reader;
    }
  }

  /**
   * Returns the classifier for a key, opened if need be.
   *
   * @param model reads the model
   */
  synchronized Lease lease(Key key, Function<PluginRegistry, Model> model) {
    Entry entry = entries.get(key);
    if (entry == null) {
      closeIdle();
      entry = open(key, model);
      entries.put(key, entry);
    }
    entry.users++;
    return new Lease(entry);
  }

  private Entry open(Key key, Function<PluginRegistry, Model> model) {
    PluginRegistry registry = PluginRegistry.discover();
    ImageReader reader = registry.imageReader();
    Engine engine = engines.get(key.engine());
    if (engine == null) {
      engine = registry.openEngine(key.engine());
      engines.put(key.engine(), engine);
    }
    ClassifierOptions options =
        ClassifierOptions.of(o -> o.engineSettings(key.engine()).batchSize(key.batchSize()));
    return new Entry(Classifier.of(model.apply(registry), options, registry, engine), reader);
  }

  private void closeIdle() {
    long idle = entries.values().stream().filter(entry -> entry.users == 0).count();
    Iterator<Entry> all = entries.values().iterator();
    while (idle >= IDLE_LIMIT && all.hasNext()) {
      Entry entry = all.next();
      if (entry.users == 0) {
        entry.classifier.close();
        all.remove();
        idle--;
      }
    }
  }

  /** Closes what is open, after the images at hand. It can be used further. */
  @Override
  public synchronized void close() {
    entries.values().forEach(entry -> entry.classifier.close());
    entries.clear();
    engines.values().forEach(Engine::close);
    engines.clear();
  }
}
