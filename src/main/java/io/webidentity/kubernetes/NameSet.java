package io.webidentity.kubernetes;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A set of names that keeps 64 bits of each, in 11 to 22 bytes: it can say whether it has a name,
 * but not which it has. That it has one that was never added is possible, with a chance of n in
 * 2^64 for n names, and nobody can bring it about ({@link KeyedHash}).
 *
 * <p>A table with open addressing. Written by one thread at a time; read by any thread meanwhile,
 * without locks.
 */
final class NameSet {
  private static final long EMPTY = 0;
  private static final long REMOVED = 1;
  private static final int SMALLEST = 16;

  private final KeyedHash hash;
  private volatile AtomicLongArray table = new AtomicLongArray(SMALLEST);
  private volatile int size;

  /** Places that are not {@link #EMPTY}. */
  private int used;

  /** An empty set. Sets with the same hash can be compared. */
  NameSet(KeyedHash hash) {
    this.hash = hash;
  }

  /** How many there are. */
  int size() {
    return size;
  }

  boolean contains(String name) {
    return find(table, mark(name)) >= 0;
  }

  /** Adds the name; false if it was there. */
  boolean add(String name) {
    return add(mark(name));
  }

  /** Removes the name; false if it was not there. */
  boolean remove(String name) {
    int place = find(table, mark(name));
    if (place < 0) {
      return false;
    }
    table.setRelease(place, REMOVED);
    changeSize(-1);
    return true;
  }

  /** Removes the names that the other set, of the same hash, does not have. */
  void retainAll(NameSet others) {
    AtomicLongArray all = table;
    for (int i = 0; i < all.length(); i++) {
      long mark = all.getPlain(i);
      if (mark != EMPTY && mark != REMOVED && find(others.table, mark) < 0) {
        all.setRelease(i, REMOVED);
        changeSize(-1);
      }
    }
    rebuild();
  }

  private boolean add(long mark) {
    if (find(table, mark) >= 0) {
      return false;
    }
    if ((used + 1L) * 4 > table.length() * 3L) {
      rebuild();
    }
    if (insert(table, mark) == EMPTY) {
      used++;
    }
    changeSize(1);
    return true;
  }

  /** A table of the right size, without places of what was removed. */
  private void rebuild() {
    AtomicLongArray all = table;
    int places = SMALLEST;
    while (places < 2L * (size + 1)) {
      places *= 2;
    }
    AtomicLongArray fresh = new AtomicLongArray(places);
    for (int i = 0; i < all.length(); i++) {
      long mark = all.getPlain(i);
      if (mark != EMPTY && mark != REMOVED) {
        insert(fresh, mark);
      }
    }
    used = size;
    table = fresh; // From here on, readers look there.
  }

  /** Only the writer changes it. */
  @SuppressWarnings("NonAtomicVolatileUpdate")
  private void changeSize(int by) {
    size += by;
  }

  /** What was in the first free place, where the mark is now. */
  private static long insert(AtomicLongArray table, long mark) {
    int last = table.length() - 1;
    int place = (int) mark & last;
    long before = table.getPlain(place);
    while (before != EMPTY && before != REMOVED) {
      place = (place + 1) & last;
      before = table.getPlain(place);
    }
    table.setRelease(place, mark);
    return before;
  }

  /** The mark's place, or -1. There is always an empty place, where the search ends. */
  private static int find(AtomicLongArray table, long mark) {
    int last = table.length() - 1;
    for (int place = (int) mark & last; ; place = (place + 1) & last) {
      long found = table.getAcquire(place);
      if (found == mark) {
        return place;
      }
      if (found == EMPTY) {
        return -1;
      }
    }
  }

  /** The name's hash, but never one of the two values that say something else. */
  private long mark(String name) {
    long hashed = hash.of(name);
    return hashed == EMPTY || hashed == REMOVED ? hashed + 2 : hashed;
  }
}
