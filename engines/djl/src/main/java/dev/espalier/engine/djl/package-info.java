/**
 * Everything that depends on DJL: {@link dev.espalier.engine.djl.RequiredLibrary} determines which
 * native library a machine needs and whether it is on the class path, {@link
 * dev.espalier.engine.djl.DjlLibrary} loads it, and {@link dev.espalier.engine.djl.ArrayTransfer}
 * copies arrays to and from it. For authors of engines that DJL loads; what engines share is in
 * {@code dev.espalier.engine.lowering}.
 */
@NullMarked
package dev.espalier.engine.djl;

import org.jspecify.annotations.NullMarked;
