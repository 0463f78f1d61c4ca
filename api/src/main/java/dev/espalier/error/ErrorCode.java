package dev.espalier.error;

/**
 * Stable identifications of errors. Each is explained in {@code docs/errors.md}; an id is never
 * reused for another meaning. Ranges: 1xx graphs, layers and models; 2xx weights and model files;
 * 3xx data; 4xx training; 5xx engines; 6xx plugins, names and configuration; 7xx files and output;
 * 8xx the machine; 9xx clusters.
 */
public enum ErrorCode {
  /** A shape or data type does not fit the operation or layer. */
  SHAPE_MISMATCH(101),
  /** A layer or operation was given an argument outside its range. */
  INVALID_ARGUMENT(102),
  /** The layers do not form a model: unreachable input, duplicate layer name, cycle. */
  INVALID_MODEL(103),
  /** A layer name or pattern matches nothing in the model. */
  UNKNOWN_LAYER(104),
  /** The code of a layer, loss, metric or optimizer failed when a model was traced. */
  TRACING_FAILED(105),

  /** The number of layers or arrays in a weight file differs from the model's. */
  WEIGHT_COUNT_MISMATCH(201),
  /** An array of a weight file has another shape than the model's variable. */
  WEIGHT_SHAPE_MISMATCH(202),
  /** A weight or model file is damaged, truncated or of another format. */
  INVALID_WEIGHT_FILE(203),
  /** A variable of the model has no counterpart in the weights. */
  MISSING_WEIGHTS(204),
  /** A model contains something that the format to write cannot express. */
  NOT_EXPORTABLE(205),

  /** A data file is damaged, truncated or of another format. */
  INVALID_DATA_FILE(301),
  /** A data set has no samples, or too few for what was asked. */
  EMPTY_DATASET(302),
  /** A label lies outside the classes. */
  LABEL_OUT_OF_RANGE(303),
  /** An image cannot be decoded or has the wrong size. */
  INVALID_IMAGE(304),
  /** The files and folders of a data set are not laid out as it expects. */
  INVALID_DATA_LAYOUT(305),
  /** The classes of a data set are not those of the model, by name. */
  CLASS_MISMATCH(306),

  /** A training setting is missing, out of range, or contradicts another. */
  INVALID_TRAINING_SETTING(401),
  /** A callback failed or was set up wrongly. */
  CALLBACK_FAILED(402),
  /** The trainer, or what belongs to it, was used after it was closed. */
  CLOSED(403),
  /** The thread that trains or predicts was interrupted. */
  INTERRUPTED(404),
  /** Two threads used a trainer at the same time. */
  TRAINER_IN_USE(405),
  /** A classifier has as many unanswered requests as it may have. */
  CLASSIFIER_BUSY(406),
  /** A classifier did not answer in time. */
  TIMED_OUT(407),

  /** The engine cannot be used here: a library or an artifact is missing. */
  ENGINE_UNAVAILABLE(501),
  /** The engine lacks a capability that the program needs. */
  UNSUPPORTED_CAPABILITY(502),
  /** The device does not exist or cannot be used. */
  UNKNOWN_DEVICE(503),
  /** The engine failed while it compiled or ran a program. */
  ENGINE_FAILED(504),

  /** A name of an engine, model, data set, layer or other provider is not known. */
  UNKNOWN_NAME(601),
  /** Two plugins bring the same name. */
  DUPLICATE_NAME(602),
  /** A plugin could not be loaded. */
  PLUGIN_FAILED(603),
  /** An option is unknown, has the wrong type, or is out of range. */
  INVALID_OPTION(604),
  /** A configuration file cannot be understood, or several settings are wrong. */
  INVALID_CONFIGURATION(605),
  /**
   * A configuration file that was found, not named, contains a setting that determines what code is
   * loaded.
   */
  UNTRUSTED_SETTING(606),

  /** A file does not exist or cannot be read. */
  FILE_NOT_READABLE(701),
  /** A file or folder cannot be written. */
  FILE_NOT_WRITABLE(702),
  /** A file could not be fetched from the network, or is not the one that was expected. */
  DOWNLOAD_FAILED(703),

  /** The Java heap is too small for what was asked. */
  OUT_OF_MEMORY(801),

  /** Driver and executors of a cluster run different versions of Espalier. */
  VERSION_MISMATCH(901),
  /** A worker of a cluster ended before its task, and its work could not be done by another. */
  WORKER_LOST(902);

  private final int number;

  ErrorCode(int number) {
    this.number = number;
  }

  /** Returns the stable id, such as {@code ESP-101}. */
  public String id() {
    return "ESP-" + number;
  }
}
