"""Explanations of indexing errors met while crawling a website."""

from __future__ import annotations

from tui.explain.words import Explanation

CRAWL_SLUGS: dict[str, Explanation] = {
    "too_many_redirects": Explanation(
        "Redirects without end",
        "The page sends the crawler from address to address.",
        "Correct the redirect on the website, or list the final address, then sync.",
    ),
    "invalid_host_after_redirect": Explanation(
        "Redirected to another host",
        "The page leads away from the website that this instance crawls.",
        "Exclude the path, or make an instance for the other host.",
    ),
    "subdomains_not_allowed": Explanation(
        "On a subdomain",
        "The page is on a subdomain, and the source does not include those.",
        "Include subdomains in the source, or exclude the path.",
    ),
    "blocked_by_robots_txt": Explanation(
        "robots.txt blocks the crawler",
        "The website tells this crawler to stay out altogether.",
        "Allow the AI Search crawler in robots.txt, then sync.",
    ),
    "blocked_by_robots_txt_path": Explanation(
        "robots.txt blocks this path",
        "A Disallow rule of the website covers this page.",
        "Narrow the rule or add an Allow for the path; exclude it if the rule is meant.",
    ),
    "blocked_by_content_signal": Explanation(
        "Content signal says no",
        "The website's content signals do not permit use for search or AI input.",
        "Change the content signal in robots.txt if the website is yours.",
    ),
    "excluded_by_path_filter": Explanation(
        "Left out by a path rule",
        "An include or exclude rule of this instance skips the page.",
        "Check the rules under Config if the page should be in.",
    ),
    "network_connection_lost": Explanation(
        "Connection lost while fetching",
        "The website's connection broke before the page was complete.",
        "Re-sync the item.",
    ),
    "crawl_got_http_error": Explanation(
        "The website answered with an error",
        "The page came back with an HTTP error instead of content.",
        "Open the page in a browser, mend it, then sync.",
    ),
    "crawl_got_http_401": Explanation(
        "The page wants a sign-in",
        "The website answered 401 to the crawler.",
        "Give the source a request header that signs the crawler in.",
    ),
    "crawl_got_http_403": Explanation(
        "The website refuses the crawler",
        "It answered 403: a firewall, an address list or an access rule is in the way.",
        "Let the AI Search crawler through that rule, then sync.",
    ),
    "crawl_got_http_429": Explanation(
        "The website slows the crawler down",
        "It answered 429: too many requests for its liking.",
        "Exempt the crawler from the website's rate limit, then sync.",
    ),
    "blocked_by_payment": Explanation(
        "The page costs money",
        "The website asks crawlers to pay for this page.",
        "Exclude the path; a website of your own can exempt the crawler from payment.",
    ),
    "blocked_by_waf": Explanation(
        "Firewall blocks the crawler",
        "A web application firewall stopped the request.",
        "Add a rule that lets the AI Search crawler pass, then sync.",
    ),
    "blocked_by_bot_management": Explanation(
        "Bot protection blocks the crawler",
        "The website's bot management took the crawler for an unwanted bot.",
        "Exempt the AI Search crawler there, then sync.",
    ),
    "blocked_by_turnstile": Explanation(
        "A challenge blocks the crawler",
        "The page asks visitors to prove that they are human.",
        "Skip the challenge for the AI Search crawler, then sync.",
    ),
    "http_4xx": Explanation(
        "The website does not serve this page",
        "It answered with a 4xx status: the page is gone, moved or closed.",
        "Mend or remove the link that leads there, then sync.",
    ),
    "http_5xx": Explanation(
        "The website failed",
        "It answered with a 5xx status: its server had a fault.",
        "Look at the website's own logs; sync when it is well again.",
    ),
    "unreachable_timeout": Explanation(
        "The website does not answer",
        "No reply came within the crawler's time limit.",
        "Check that the website is up and quick enough, then sync.",
    ),
    "unreachable_dns": Explanation(
        "The host name is unknown",
        "DNS has no address for the host of this page.",
        "Correct the host in the link or its DNS record, then sync.",
    ),
    "page_limit_reached": Explanation(
        "Page limit reached",
        "The crawl found more pages than the instance may hold.",
        "Narrow the crawl with include and exclude rules, or raise the plan.",
    ),
    "browser_rendering_unknown_error": Explanation(
        "The rendering browser failed",
        "The page could not be rendered, and the browser did not say why.",
        "Sync again. Turn rendering off if the pages work without scripts.",
    ),
    "browser_rendering_authentication_error": Explanation(
        "The rendered page wants a sign-in",
        "The browser met a sign-in instead of the page.",
        "Give the source a request header that signs the crawler in.",
    ),
    "browser_rendering_no_body_status_error": Explanation(
        "The rendered page has no content",
        "The browser got a status without a body.",
        "Open the page by hand: exclude it if it is really empty.",
    ),
    "browser_rendering_timeout_error": Explanation(
        "Rendering took too long",
        "The page was still loading at the browser's time limit.",
        "Sync again; a page that never stops loading is better excluded.",
    ),
    "browser_rendering_network_connection_closed_error": Explanation(
        "Connection closed while rendering",
        "The website hung up before the page was complete.",
        "Sync again; check the website's server if it happens often.",
    ),
    "browser_rendering_server_refused_connection_error": Explanation(
        "The website refused the rendering browser",
        "Its server did not accept the browser's connection.",
        "Check that the website is up and lets the crawler's addresses in.",
    ),
    "browser_rendering_rate_limit_error": Explanation(
        "Too much rendering at once",
        "Browser Rendering limited the crawl of this account.",
        "Sync later, or render fewer pages.",
    ),
}
