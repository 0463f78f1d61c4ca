package dev.espalier.engine.tensorflow;

import dev.espalier.engine.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.tensorflow.internal.c_api.TF_DeviceList;
import org.tensorflow.internal.c_api.TF_Graph;
import org.tensorflow.internal.c_api.TF_Session;
import org.tensorflow.internal.c_api.TF_SessionOptions;
import org.tensorflow.internal.c_api.TF_Status;
import org.tensorflow.internal.c_api.global.tensorflow;
import org.tensorflow.proto.ConfigProto;

/** Lists the devices that TensorFlow can use. */
final class Devices {
  private static final Pattern NAME = Pattern.compile(".*/device:(CPU|GPU):(\\d+)");

  private Devices() {}

  /** Returns the devices, GPUs before the CPU. */
  @SuppressWarnings(
      "try") // The scope frees everything allocated inside it; the variable itself is not used.
  static List<Device> list(ConfigProto config) {
    // The Java API does not list devices; the C API lists those of a session.
    try (PointerScope scope = new PointerScope()) {
      TF_Status status = TF_Status.newStatus();
      TF_SessionOptions options = TF_SessionOptions.newSessionOptions();
      byte[] bytes = config.toByteArray();
      tensorflow.TF_SetConfig(options, new BytePointer(bytes), bytes.length, status);
      status.throwExceptionIfNotOK();
      TF_Session session = TF_Session.newSession(TF_Graph.newGraph(), options, status);
      status.throwExceptionIfNotOK();
      TF_DeviceList list = tensorflow.TF_SessionListDevices(session, status);
      status.throwExceptionIfNotOK();
      try {
        return devices(list, status);
      } finally {
        tensorflow.TF_DeleteDeviceList(list);
      }
    }
  }

  private static List<Device> devices(TF_DeviceList list, TF_Status status) {
    List<Device> devices = new ArrayList<>();
    for (int i = 0; i < tensorflow.TF_DeviceListCount(list); i++) {
      String name = tensorflow.TF_DeviceListName(list, i, status).getString();
      status.throwExceptionIfNotOK();
      Matcher matcher = NAME.matcher(name);
      if (matcher.matches() && matcher.group(1).equals("GPU")) {
        devices.add(Device.gpu(Integer.parseInt(matcher.group(2))));
      }
    }
    devices.add(Device.cpu());
    return List.copyOf(devices);
  }
}
