package io.webidentity.testing;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;
import java.security.Security;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Names in this JVM beside those of its machine, which tests make known and forget: each is this
 * machine. All of them end with {@value #SUFFIX}.
 */
public final class TestNames extends InetAddressResolverProvider {
  private static final String SUFFIX = ".names.test";

  private static final Set<String> KNOWN = ConcurrentHashMap.newKeySet();

  static {
    // The JDK's cache reads it at the first look-up, which loads this class.
    Security.setProperty("networkaddress.cache.ttl", "1");
    Security.setProperty("networkaddress.cache.negative.ttl", "1");
  }

  /** Makes a name known. */
  public static void add(String name) {
    KNOWN.add(name);
  }

  /** Makes a name unknown; who has looked it up knows it for a second more. */
  public static void remove(String name) {
    KNOWN.remove(name);
  }

  @Override
  public InetAddressResolver get(Configuration configuration) {
    InetAddressResolver machine = configuration.builtinResolver();
    return new InetAddressResolver() {
      @Override
      public Stream<InetAddress> lookupByName(String host, LookupPolicy policy)
          throws UnknownHostException {
        if (!host.endsWith(SUFFIX)) {
          return machine.lookupByName(host, policy);
        }
        if (!KNOWN.contains(host)) {
          throw new UnknownHostException(host);
        }
        return Stream.of(InetAddress.getByAddress(host, new byte[] {127, 0, 0, 1}));
      }

      @Override
      public String lookupByAddress(byte[] address) throws UnknownHostException {
        return machine.lookupByAddress(address);
      }
    };
  }

  @Override
  public String name() {
    return "names of tests";
  }
}
