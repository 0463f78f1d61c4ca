/** MobileNetV3: {@link dev.espalier.models.mobilenet.MobileNetV3} builds models. */
@NullMarked
package dev.espalier.models.mobilenet;

import org.jspecify.annotations.NullMarked;
