using Lab.Kernel.Tracing;

namespace Lab.Tests.Kernel.Tracing;

public sealed class ListedRulesTests
{
    private const string Listing = """
        table bridge nwlab { # handle 7
        	set k { # handle 1
        		typeof iifname . ether saddr
        	}

        	chain c1-from-root { # handle 2
        		ether saddr 52:54:00:00:00:01 counter drop comment "a # handle 9 (x.xml:3:5)" # handle 12
        		counter accept # handle 13
        	}

        	chain from-guests { # handle 3
        		type filter hook prerouting priority dstnat; policy accept;
        		iifname vmap @from-ports # handle 14
        	}
        }

        """;

    [Fact]
    public void Every_rule_has_its_chain_its_place_there_and_its_handle() =>
        ListedRules.Read(Listing).Select(rule => (rule.Chain, rule.Position, rule.Handle)).Should().Equal(
            ("c1-from-root", 0, 12ul), ("c1-from-root", 1, 13ul), ("from-guests", 0, 14ul));
}
