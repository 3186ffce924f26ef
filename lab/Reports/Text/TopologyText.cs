using Lab.Contract.Scenes;
using Lab.Contract.Testbeds;

namespace Lab.Reports.Text;

/// <summary>The guests of a topology, one a line: name, MAC, addresses, filter and its parameters.</summary>
internal static class TopologyText
{
    public static IEnumerable<string> Of(IReadOnlyCollection<GuestDraft> guests)
    {
        int width = guests.Select(guest => guest.Name.Text.Length).DefaultIfEmpty(0).Max();
        return guests.Select(guest => $"{guest.Name.Text.PadRight(width)}  {guest.Mac}  {Addresses(guest),-15}  {Filter(guest.Filter)}");
    }

    public static string Addresses(GuestDraft guest) =>
        string.Join(", ", guest.Ipv4.Select(address => address.ToString()).Concat(guest.Ipv6.Select(address => address.ToString())));

    public static string Filter(FilterUse? use) => use is null ? "no filter"
        : string.Join(' ', use.Parameters.Values.SelectMany(pair => pair.Value.Select(value => $"{pair.Key}={value.Text}")).Prepend(use.Filter));
}
