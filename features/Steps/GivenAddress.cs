using Lab.Contract.Bindings;
using Lab.Contract.Testbeds;
using Lab.Engine.Packets;

namespace Lab.Steps;

/// <summary>What an address must be that a network's server gave a guest.</summary>
internal static class GivenAddress
{
    /// <param name="isFor">Whether a reservation is the guest's.</param>
    /// <exception cref="ExpectationException">It is neither the one reserved for the guest nor, without such, in a range of the network.</exception>
    public static void Require(GuestName guest, IpNumber given, NetworkServices? services, Func<ReservedAddress, bool> isFor)
    {
        IpNumber? reserved = services?.ReservationsOf(given.Version6).FirstOrDefault(isFor)?.Address;
        if (reserved is null ? services?.Ranges.Any(range => range.Holds(given)) != true : given != reserved)
        {
            throw new ExpectationException($"{guest} got {given}, which is "
                + (reserved is null ? "in no range of its network" : $"not {reserved}, the address reserved for it"));
        }
    }
}
