"""Explanations of errors about instances, their sources, their jobs and their domains."""

from __future__ import annotations

from tui.explain.words import Explanation, Key

INSTANCES: dict[Key, Explanation] = {
    (7002, None): Explanation(
        "No such instance",
        "This namespace has no instance of this id: it was deleted, moved or renamed by somebody.",
        "Refresh. A deleted instance may still be listed for up to a minute.",
    ),
    (7020, None): Explanation(
        "Sync is cooling down",
        "A sync of this instance began or ended less than 30 seconds ago.",
        "Wait for the countdown, or sync again to have it start when it is allowed.",
    ),
    (7021, None): Explanation(
        "No such job",
        "The job is not, or no longer, known for this instance.",
        "Refresh and choose a job from the list.",
    ),
    (7022, None): Explanation(
        "Instance id taken",
        "The namespace already has an instance of this id.",
        "Choose another id, or another namespace.",
    ),
    (7023, None): Explanation(
        "The website is not on this account",
        "Only domains that this Cloudflare account owns can be crawled.",
        "Add the domain to the account, or use a source that it owns.",
    ),
    (7024, None): Explanation(
        "Not a valid domain",
        "The website source cannot be read as a domain.",
        "Enter a host such as docs.example.com, or a full https address.",
    ),
    (7028, None): Explanation(
        "No sitemap found",
        "The crawler looked for a sitemap of the website and found none.",
        "Publish a sitemap and name it in robots.txt, or let the crawler discover pages by links.",
    ),
    (7029, None): Explanation(
        "robots.txt could not be read",
        "The crawler got no usable robots.txt from the website.",
        "Make /robots.txt answer with status 200 to the crawler.",
    ),
    (7034, None): Explanation(
        "robots.txt forbids the crawler",
        "The website tells the AI Search crawler to stay out.",
        "Allow the crawler in robots.txt, then sync.",
    ),
    (7035, None): Explanation(
        "The sitemap is closed to the crawler",
        "The website refused to hand its sitemap to the crawler.",
        "Let the crawler through the firewall or sign-in rule that guards the sitemap.",
    ),
    (7036, None): Explanation(
        "Chunk size too large",
        "A chunk would have more tokens than the embedding model takes.",
        "Lower the chunk size, or choose a model with a larger input.",
    ),
    (7040, None): Explanation(
        "A crawl header is not allowed",
        "One of the extra request headers may not be set by a crawl.",
        "Remove or rename it among the headers of the website source.",
    ),
    (7045, None): Explanation(
        "Sitemap list without sitemap mode",
        "Named sitemaps are read only when pages are found by sitemap.",
        "Set the parse type to `sitemap`, or drop the list of sitemaps.",
    ),
    (7046, None): Explanation(
        "The job cannot be cancelled",
        "It has ended already.",
        "Nothing to do: refresh to see how it ended.",
    ),
    (7047, None): Explanation(
        "The website address is not usable",
        "The URL of the source does not name a place that can be crawled.",
        "Correct the URL: https, a public host, no sign-in part.",
    ),
    (7050, None): Explanation(
        "Provisioning failed",
        "Storage or the index of the new instance could not be set up.",
        "Look whether the instance exists; if not, create it again in a few minutes.",
    ),
    (7052, None): Explanation(
        "Type and source are missing",
        "An instance over R2 or a website needs both; only built-in storage needs neither.",
        "Enter the kind and the bucket or address of the source.",
    ),
    (7090, None): Explanation(
        "The custom domain is not on this account",
        "Its zone is unknown here, or not verified yet.",
        "Add the zone to the account and finish its verification.",
    ),
    (7091, None): Explanation(
        "Custom domain in use",
        "Another instance, namespace or service answers on this domain.",
        "Free the domain there, or choose another.",
    ),
    (7092, None): Explanation(
        "The custom domain could not be set up",
        "The edge failed to provision the domain.",
        "Look at what the instance has now, then try again in a few minutes.",
    ),
    (7093, None): Explanation(
        "Custom domains need a public endpoint",
        "The public endpoint of this instance is off.",
        "Enable the public endpoint in the same change, or remove the domains.",
    ),
    (7096, "disabling_the_default_domain_requires_at_least_one_custom_domain"): Explanation(
        "The last domain cannot be switched off",
        "Without its default domain the public endpoint would have no address at all.",
        "Add a custom domain first, or disable the whole public endpoint.",
    ),
}
