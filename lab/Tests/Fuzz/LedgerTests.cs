using Lab.Fuzz.Divergences;
using Lab.Tests.Libvirt;

namespace Lab.Tests.Fuzz;

public sealed class LedgerTests
{
    [Fact]
    public void Every_entry_says_who_why_and_where_it_was_seen()
    {
        Ledger.BuiltIn.Entries.Should().NotBeEmpty();
        Ledger.BuiltIn.Entries.Values.Should().OnlyContain(entry =>
            entry.Right.Length > 0 && entry.Wrong.Length > 0 && entry.Cause.Length > 0 && entry.Source.Length > 0
            && entry.Traits.Length > 1 && entry.Right.Concat(entry.Wrong).All(entry.Says.ContainsKey));
    }

    /// <summary>All four testbeds take part, so it needs what the libvirt tests need.</summary>
    [LibvirtFact]
    public void Every_entry_still_shows_itself_on_every_testbed_that_it_names()
    {
        foreach ((string name, Divergence entry) in Ledger.BuiltIn.Entries)
        {
            Reproducing.Check(name, entry).Should().OnlyContain(
                result => result.Outcome == Reproduction.AsWritten || result.Outcome == Reproduction.NotChecked, name);
        }
    }
}
