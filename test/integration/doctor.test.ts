/** `npm run doctor` as an operator runs it: another process, against services on loopback. */
import { createServer } from 'node:http';
import { closeServer, startListening } from './listening';
import { aRightAccount, INSTANCE_ARN, INSTANCE_ID, REGION } from '../cli/doctor/account';
import { type AwsServer, startAwsServer } from '../cli/doctor/aws-server';
import { aCommand, until } from './command';
