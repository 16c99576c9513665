package io.gpenstreams.config;

import io.quarkus.runtime.configuration.MemorySize;
import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A memory size within limits. */
@Documented
@Target({ElementType.METHOD, ElementType.TYPE_USE})
@Retention(RetentionPolicy.RUNTIME)
@Constraint(validatedBy = Bytes.Within.class)
@interface Bytes {
  /** Least bytes. */
  long min();

  /** Most bytes. */
  long max();

  /** The message for any other size. */
  String message() default "must be from {min} to {max} bytes";

  /** As every constraint has them. */
  Class<?>[] groups() default {};

  /** As every constraint has it. */
  Class<? extends Payload>[] payload() default {};

  /** Compares. */
  final class Within implements ConstraintValidator<Bytes, MemorySize> {
    private long min;
    private long max;

    @Override
    public void initialize(Bytes limits) {
      min = limits.min();
      max = limits.max();
    }

    @Override
    public boolean isValid(MemorySize size, ConstraintValidatorContext context) {
      return size == null || (size.asLongValue() >= min && size.asLongValue() <= max);
    }
  }
}
