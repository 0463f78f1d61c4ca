package dev.espalier.cli;

import dev.espalier.activation.Activation;
import dev.espalier.core.PluginRegistry;
import dev.espalier.core.Trainer;
import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.data.Image;
import dev.espalier.data.Sample;
import dev.espalier.layer.BatchNormalization;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Input;
import dev.espalier.layer.convolution.Conv2D;
import dev.espalier.layer.pooling.GlobalAveragePooling2D;
import dev.espalier.layer.preprocessing.Rescaling;
import dev.espalier.loss.Losses;
import dev.espalier.model.Sequential;
import dev.espalier.optimizer.Sgd;
import dev.espalier.training.History;
import dev.espalier.training.Verbosity;
import java.io.IOException;
import java.io.InputStream;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A process of its own, started by {@link EngineIsolationTest}: trains a little on each engine that
 * is named, in this order, and prints the loss, the native libraries that the process has mapped,
 * and every address that anything wanted to connect to. An engine is named as {@code tensorflow}
 * or, with a number of threads, {@code tensorflow=2}; an address is connected to.
 */
public final class EngineProcess {
  private EngineProcess() {}

  public static void main(String[] engines) throws IOException {
    ProxySelector.setDefault(
        new ProxySelector() {
          @Override
          public List<Proxy> select(URI uri) {
            System.out.println("network " + uri);
            return List.of(Proxy.NO_PROXY);
          }

          @Override
          public void connectFailed(URI uri, SocketAddress address, IOException e) {
            System.out.println("network " + uri);
          }
        });
    PluginRegistry.discover();
    for (String engine : engines) {
      if (engine.startsWith("http:")) {
        connect(engine);
      } else {
        String[] parts = engine.split("=");
        int threads = parts.length == 1 ? 0 : Integer.parseInt(parts[1]);
        System.out.printf(Locale.ROOT, "loss %s %.4f%n", engine, train(parts[0], threads));
      }
    }
    try (var lines = Files.lines(Path.of("/proc/self/maps"))) {
      lines
          .map(line -> line.substring(line.lastIndexOf('/') + 1))
          .filter(name -> name.matches("lib(tensorflow_cc|torch_cpu|mxnet)\\.so.*"))
          .distinct()
          .forEach(name -> System.out.println("mapped " + name));
    }
    // What native code left open, of which the selector above hears nothing.
    try (var descriptors = Files.list(Path.of("/proc/self/fd"))) {
      for (Path descriptor : (Iterable<Path>) descriptors::iterator) {
        if (isNetworkSocket(descriptor)) {
          System.out.println("network " + descriptor);
        }
      }
    }
    // MXNet's threads do not end by themselves.
    System.exit(0);
  }

  /** Java itself has a pair of local sockets open, which reach no network. */
  private static boolean isNetworkSocket(Path descriptor) {
    try {
      String target = Files.readSymbolicLink(descriptor).toString();
      if (!target.startsWith("socket:[")) {
        return false;
      }
      String number = target.substring("socket:[".length(), target.length() - 1);
      for (String protocol : List.of("tcp", "tcp6", "udp", "udp6")) {
        Path table = Path.of("/proc/self/net", protocol);
        if (Files.exists(table) && Files.readString(table).contains(" " + number + " ")) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      return false; // closed in the meantime, as the one that lists this folder is
    }
  }

  private static void connect(String address) {
    try (InputStream stream = URI.create(address).toURL().openStream()) {
      System.out.println("read " + stream.read());
    } catch (IOException e) {
      System.out.println("refused");
    }
  }

  private static double train(String engine, int threads) {
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      byte[] pixels = new byte[8 * 8 * 3];
      for (int p = 0; p < pixels.length; p++) {
        pixels[p] = (byte) (p * (i % 2 + 3) + 17 * i);
      }
      samples.add(new Sample(Image.wrap(8, 8, 3, pixels), i % 2));
    }
    Dataset images = Datasets.of("stripes", List.of("a", "b"), samples);
    try (Trainer trainer =
        Trainer.of(
            Sequential.of(
                Input.of(8, 8, 3),
                Rescaling.of(1 / 255.0),
                Conv2D.of(4, 3),
                BatchNormalization.create(),
                GlobalAveragePooling2D.create(),
                Dense.of(2).activation(Activation.SOFTMAX)),
            config ->
                config
                    .engine(engine)
                    .threads(threads)
                    .seed(3)
                    .optimizer(Sgd.of(0.05))
                    .loss(Losses.categoricalCrossentropy()))) {
      History history =
          trainer.fit(images, fit -> fit.epochs(3).batchSize(8).verbosity(Verbosity.SILENT));
      return history.last("loss");
    }
  }
}
