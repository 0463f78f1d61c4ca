package dev.espalier.core.internal.file;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.BiPredicate;

/**
 * Recognizes what people often have instead of a file of weights, whatever the name of the file:
 * failed downloads, and the formats of programs that only run models.
 *
 * @param what it is, as the end of a sentence that begins with the file
 * @param remedy what to do
 * @param test of the name of the file in lower case and of its first bytes as Latin text
 */
public record UnsupportedContent(String what, String remedy, BiPredicate<String, String> test) {
  private static final String AGAIN =
      "Download the file itself, and compare its size and checksum with those of its publisher.";

  private static final String CONVERT =
      "It is made to run a model, not to train one. Use the weights that it was made from: Keras'"
          + " .h5 or .keras, PyTorch's .pth, or .safetensors.";

  private static final List<UnsupportedContent> ALL =
      List.of(
          new UnsupportedContent("is empty", AGAIN, (name, head) -> head.isEmpty()),
          new UnsupportedContent(
              "is a pointer of Git LFS, which stands for the file in a repository",
              "Get the file itself with \"git lfs pull\" in the repository, or download it from the"
                  + " web page of the repository.",
              (name, head) -> head.startsWith("version https://git-lfs.github.com/spec/")),
          new UnsupportedContent(
              "is a web page: the download gave a page, such as one to log in or to confirm,"
                  + " instead of the weights",
              "Open the address in a browser to see what it asks for; then download the file itself.",
              (name, head) -> startsWithTag(head, "<!doctype html", "<html", "<head", "<body")),
          new UnsupportedContent(
              "is an XML document: most likely the server's report of an error instead of the"
                  + " weights",
              "Open it in a text editor to read the report, and correct the address.",
              (name, head) -> startsWithTag(head, "<?xml", "<error")),
          new UnsupportedContent(
              "is compressed with gzip",
              "Unpack it first, with \"gunzip\" or \"tar -xzf\", and give the file of weights in it.",
              (name, head) -> head.startsWith("\u001f\u008b")),
          new UnsupportedContent(
              "is a TensorFlow Lite model",
              CONVERT,
              (name, head) -> head.startsWith("TFL3", 4) || name.endsWith(".tflite")),
          new UnsupportedContent(
              "is an ONNX model", CONVERT, (name, head) -> name.endsWith(".onnx")),
          new UnsupportedContent(
              "is a TensorFlow graph (a frozen graph, or a SavedModel without its variables)",
              "Give the checkpoint, its .index file or the variables/variables.index file of the"
                  + " SavedModel, or save the weights in Keras: model.save_weights(\"model.h5\").",
              (name, head) -> name.endsWith(".pb") || name.endsWith(".pbtxt")),
          new UnsupportedContent(
              "is a GGUF file, which holds quantized language models",
              CONVERT,
              (name, head) -> head.startsWith("GGUF")));

  private static boolean startsWithTag(String head, String... tags) {
    String text = head.replaceFirst("^(\u00ef\u00bb\u00bf)?\\s*", "").toLowerCase(Locale.ROOT);
    return Arrays.stream(tags).anyMatch(text::startsWith);
  }

  /**
   * Checks the first bytes of a file of weights.
   *
   * @throws EspalierException {@link ErrorCode#INVALID_WEIGHT_FILE} if they are of something else
   *     that is known, naming it and what to do
   */
  public static void refuse(Path file, byte[] head) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    String text = new String(head, StandardCharsets.ISO_8859_1);
    for (UnsupportedContent content : ALL) {
      if (content.test().test(name, text)) {
        throw new EspalierException(
            ErrorCode.INVALID_WEIGHT_FILE,
            "The file " + file + " " + content.what() + ".",
            content.remedy());
      }
    }
  }

  /** Returns the error for a folder given instead of a file. */
  public static EspalierException folder(Path folder) {
    boolean saved = Files.exists(folder.resolve("saved_model.pb"));
    return new EspalierException(
        ErrorCode.INVALID_WEIGHT_FILE,
        saved
            ? folder + " is a SavedModel of TensorFlow, not a file of weights."
            : folder + " is a folder, not a file of weights.",
        saved
            ? "Give its variables/variables.index, or save the weights in Keras:"
                + " model.save_weights(\"model.h5\")."
            : "Give the file of weights in it; of a TensorFlow checkpoint its .index file.");
  }
}
