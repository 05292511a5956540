/** A bucket with versions, in memory: what the emulator of S3 does not have. Pages are small, as a large bucket's are many. */
import { createServer, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { closeServer, startListening } from '../local/stack/http-forwarding';

export interface VersionedS3 {
  endpoint: string;
  /** All versions of all objects, delete markers included (without a body), by bucket: the newest one of a key first. */
  versions: (bucket: string) => AVersion[];
  stop: () => Promise<void>;
}

export interface AVersion {
  key: string;
  versionId: string;
  /** Undefined: a delete marker. */
  body: Buffer | undefined;
}

const PAGE_SIZE = 3;

/** @param onRequest - may answer in the place of S3: a status and a code of an error */
export async function startVersionedS3(
  onRequest: (request: string) => [status: number, code: string] | undefined = () => undefined,
): Promise<VersionedS3> {
  const buckets = new Map<string, AVersion[]>();
  let count = 0;
  const server = createServer((request, response) => {
    void answer(request).then(({ status = 200, body = '' }) => {
      response.writeHead(status, { etag: '"any"', 'content-type': 'application/xml' }).end(body);
    });
  });
  const sorted = (bucket: string) =>
    [...(buckets.get(bucket) ?? [])].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  const put = (bucket: string, key: string, body: Buffer | undefined) =>
    buckets.set(bucket, [{ key, versionId: `v${String(++count)}`, body }, ...(buckets.get(bucket) ?? [])]);

  async function answer(request: IncomingMessage): Promise<{ status?: number; body?: string | Buffer }> {
    const { method = 'GET', url = '/', headers } = request;
    const bytes = await buffer(request);
    const { pathname, searchParams: query } = new URL(url, 'http://s3');
    const [, bucket = '', ...path] = pathname.split('/').map(decodeURIComponent);
    const key = path.join('/');
    const refusal = onRequest(`${method} ${decodeURIComponent(url)}`);
    if (refusal) return fail(...refusal);
    if (key === '') {
      if (method === 'PUT') buckets.set(bucket, []);
      if (method === 'PUT') return {};
      if (!buckets.has(bucket)) return fail(404, 'NoSuchBucket');
      return { body: query.has('versions') ? listVersions(bucket, query) : listObjects(bucket, query) };
    }
    const versionId = query.get('versionId');
    const found = buckets
      .get(bucket)
      ?.find((version) => version.key === key && (versionId === null || version.versionId === versionId));
    switch (method) {
      case 'PUT': {
        const source = headers['x-amz-copy-source'];
        if (typeof source !== 'string') put(bucket, key, bytes);
        else {
          const [from = '', ...fromPath] = source.split('/').map(decodeURIComponent);
          const copied = buckets.get(from)?.find((version) => version.key === fromPath.join('/'));
          if (!copied?.body) return fail(404, 'NoSuchKey');
          put(bucket, key, copied.body);
          return { body: '<CopyObjectResult><ETag>"any"</ETag></CopyObjectResult>' };
        }
        return {};
      }
      case 'DELETE':
        if (versionId === null) put(bucket, key, undefined);
        else buckets.set(bucket, buckets.get(bucket)?.filter((version) => version !== found) ?? []);
        return { status: 204 };
      default:
        return found?.body
          ? { body: found.body }
          : fail(404, versionId === null ? 'NoSuchKey' : 'NoSuchVersion');
    }
  }

  function listVersions(bucket: string, query: URLSearchParams): string {
    const all = sorted(bucket);
    const from = all.findIndex(({ versionId }) => versionId === query.get('version-id-marker')) + 1;
    const page = all.slice(from, from + PAGE_SIZE);
    const last = page.at(-1);
    const isTruncated = from + PAGE_SIZE < all.length;
    const entries = page.map((version) => {
      const { key, versionId, body } = version;
      const isLatest = all.find((other) => other.key === key) === version;
      const tag = body ? 'Version' : 'DeleteMarker';
      const size = body ? `<Size>${body.length}</Size>` : '';
      return `<${tag}><Key>${escape(key)}</Key><VersionId>${versionId}</VersionId><IsLatest>${isLatest}</IsLatest>${size}</${tag}>`;
    });
    return `<ListVersionsResult><KeyMarker>${escape(query.get('key-marker') ?? '')}</KeyMarker><IsTruncated>${isTruncated}</IsTruncated>${
      isTruncated
        ? `<NextKeyMarker>${escape(last?.key ?? '')}</NextKeyMarker><NextVersionIdMarker>${last?.versionId}</NextVersionIdMarker>`
        : ''
    }${entries.join('')}</ListVersionsResult>`;
  }

  function listObjects(bucket: string, query: URLSearchParams): string {
    const all = sorted(bucket);
    const current = all.filter((version, index) => version.body && all[index - 1]?.key !== version.key);
    const entries = current
      .filter(({ key }) => key.startsWith(query.get('prefix') ?? ''))
      .map(({ key, body }) => `<Contents><Key>${escape(key)}</Key><Size>${body?.length}</Size></Contents>`);
    return `<ListBucketResult><IsTruncated>false</IsTruncated>${entries.join('')}</ListBucketResult>`;
  }

  return {
    endpoint: await startListening(server),
    versions: sorted,
    stop: () => closeServer(server),
  };
}

const fail = (status: number, code: string) => ({ status, body: `<Error><Code>${code}</Code></Error>` });

const escape = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
